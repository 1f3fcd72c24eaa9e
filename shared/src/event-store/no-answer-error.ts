/** What was waited for has not come in its time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}
