/** Faults: the environment is broken. Thrown by adapters, caught in one place (engine/perform), told as `fault-raised`. */
import type { FaultCode } from './event.ts';

export class Fault extends Error {
  readonly code: FaultCode;
  readonly fix: string;

  constructor(code: FaultCode, message: string, fix: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
    this.fix = fix;
  }
}
