/** What an error of an agent that speaks the protocol means: words for people, and whether its service would not go on. */
import type { Refusal } from '../ports/agent.ts';
import { asAmount, asMap, asText, jsonMap } from './json-line.ts';
import { refusalIn, refusalOf } from './refusals.ts';

/** The protocol's own code for an agent that wants somebody to log in. */
const AUTH_REQUIRED = -32_000;

export interface AcpFailure {
  readonly text: string;
  readonly refusal: Refusal | undefined;
}

/** @param error as the connection threw it; nothing about it is certain */
export function readFailure(error: unknown): AcpFailure {
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown };
  const text = [inner(asText(message)), data === undefined ? '' : JSON.stringify(data)].join(' ').trim();
  const isLoggedOut = code === AUTH_REQUIRED;
  return {
    text,
    refusal:
      refusalIn(text) ??
      // Gemini CLI gives the HTTP status of its service for the code.
      (isLoggedOut ? { reason: 'authentication', message: text } : refusalOf(asAmount(code), text)),
  };
}

/** Some pass the service's answer on as it came: `{"error":{"message":"…"}}`. */
const inner = (message: string): string => asText(asMap(jsonMap(message)?.error)?.message) || message;
