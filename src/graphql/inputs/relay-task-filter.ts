import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import type { RelayTaskState } from '../../domain/relay-task.ts';
import { RelayTaskStateEnum } from '../types/relay-task.ts';
import { DateTimeFilter, ExactStringFilter, IdFilter, IntFilter, StringFilter, valuesMax } from './filters.ts';

@InputType({ description: 'Compares the state of a task. All that is given must hold.' })
export class RelayTaskStateFilter {
  @Field(() => RelayTaskStateEnum, { nullable: true, description: 'Equal to this.' })
  eq?: RelayTaskState | null;

  @Field(() => [RelayTaskStateEnum], { nullable: true, description: 'One of these. An empty list matches nothing.' })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  in?: RelayTaskState[] | null;
}

@InputType({ description: 'Which relay tasks a list holds. All fields that are given must hold.' })
export class RelayTaskFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By account.' })
  @IsOptional()
  @ValidateNested()
  appId?: IdFilter | null;

  @Field(() => IdFilter, { nullable: true, description: 'By task id.' })
  @IsOptional()
  @ValidateNested()
  taskId?: IdFilter | null;

  @Field(() => RelayTaskStateFilter, { nullable: true, description: 'By state.' })
  @IsOptional()
  @ValidateNested()
  state?: RelayTaskStateFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'By the stream it pushes to.' })
  @IsOptional()
  @ValidateNested()
  streamId?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'By the domain it pushes to.' })
  @IsOptional()
  @ValidateNested()
  domain?: StringFilter | null;

  @Field(() => ExactStringFilter, { nullable: true, description: 'By the URL it pushes to, as sent.' })
  @IsOptional()
  @ValidateNested()
  toUrl?: ExactStringFilter | null;

  @Field(() => ExactStringFilter, { nullable: true, description: 'By one of the URLs it pulls from, as sent.' })
  @IsOptional()
  @ValidateNested()
  sourceUrl?: ExactStringFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'By the code of its newest exit.' })
  @IsOptional()
  @ValidateNested()
  exitCode?: IntFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'By the code of any exit it ever had.' })
  @IsOptional()
  @ValidateNested()
  everExitedWith?: IntFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By the moment its newest run began, on CSS’s clock.' })
  @IsOptional()
  @ValidateNested()
  startedAt?: DateTimeFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By the moment of its newest exit, on CSS’s clock.' })
  @IsOptional()
  @ValidateNested()
  exitedAt?: DateTimeFilter | null;

  @Field(() => ExactStringFilter, {
    nullable: true,
    description: 'By a kind of alarm it ever had, such as `PushStreamFailed`.',
  })
  @IsOptional()
  @ValidateNested()
  alarm?: ExactStringFilter | null;
}
