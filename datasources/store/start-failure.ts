/**
 * Why this process cannot start, in one line that names the way out. The composition root prints the message alone,
 * without a stack, and ends with exit code 3.
 */
export class StartFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), options);
    this.name = 'StartFailure';
  }
}
