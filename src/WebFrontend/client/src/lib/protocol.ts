// The wire contract of /hubs/chat, see docs/protocol.md.
import type { Message } from './contract'

export type * from './contract'

export type Finish = NonNullable<Message['finish']>

/** The server refused something; the message is one line for the person. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string) {
    super(message)
  }

  /** Reads `code: one line`, behind whatever SignalR has put in front of it; null if the error is no refusal. */
  static from(error: unknown): Refusal | null {
    const match = /HubException: ([a-z_]+): (.+)$/s.exec(error instanceof Error ? error.message : '')
    return match ? new Refusal(match[1]!, match[2]!) : null
  }
}
