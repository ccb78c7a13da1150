import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import type { QuarantineReason, QuarantineStatus } from '../../domain/quarantine.ts';
import { QuarantineReasonEnum, QuarantineStatusEnum } from '../types/quarantined-callback.ts';
import { DateTimeFilter, IdFilter, valuesMax } from './filters.ts';

@InputType({ description: 'Compares the reason of a callback in quarantine. All that is given must hold.' })
export class QuarantineReasonFilter {
  @Field(() => QuarantineReasonEnum, { nullable: true, description: 'Equal to this.' })
  eq?: QuarantineReason | null;

  @Field(() => [QuarantineReasonEnum], { nullable: true, description: 'One of these. An empty list matches nothing.' })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  in?: QuarantineReason[] | null;
}

@InputType({ description: 'Compares the status of a callback in quarantine. All that is given must hold.' })
export class QuarantineStatusFilter {
  @Field(() => QuarantineStatusEnum, { nullable: true, description: 'Equal to this.' })
  eq?: QuarantineStatus | null;

  @Field(() => [QuarantineStatusEnum], { nullable: true, description: 'One of these. An empty list matches nothing.' })
  @IsOptional()
  @ArrayMaxSize(valuesMax)
  in?: QuarantineStatus[] | null;
}

@InputType({ description: 'Which callbacks in quarantine a list holds. All fields that are given must hold.' })
export class QuarantineFilter {
  @Field(() => QuarantineReasonFilter, { nullable: true, description: 'By why it is kept apart.' })
  @IsOptional()
  @ValidateNested()
  reason?: QuarantineReasonFilter | null;

  @Field(() => QuarantineStatusFilter, { nullable: true, description: 'By what was decided of it.' })
  @IsOptional()
  @ValidateNested()
  status?: QuarantineStatusFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it arrived, on the receiver’s clock.' })
  @IsOptional()
  @ValidateNested()
  receivedAt?: DateTimeFilter | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the account that the body names.' })
  @IsOptional()
  @ValidateNested()
  appId?: IdFilter | null;
}
