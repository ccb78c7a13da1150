/**
 * Says what is wrong with the flags of a command. In our own words: those of Node repeat what was given, and that may be a
 * secret whose list was taken apart by a blank.
 */
export function describeRefusedFlags(error: unknown): string {
  return wordsOf[(error as NodeJS.ErrnoException).code ?? ''] ?? 'The flags can not be read.';
}

const wordsOf: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL:
    'Something stands there that is neither a flag nor the value of one. Put quotes around a value with blanks.',
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'This command does not have one of the flags.',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE:
    'A flag has no value, or one that it does not take. A value that begins with "-" is written --flag=<value>.',
};
