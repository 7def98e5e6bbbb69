import type { Message } from './protocol'

/** The messages from the first to the selected one: one branch of the tree. */
export function branch(messages: Message[], selected: string | null): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const path: Message[] = []
  for (let id = selected; id !== null; ) {
    const message = byId.get(id)
    if (!message) break
    path.push(message)
    id = message.parentId
  }
  return path.reverse()
}

/** All versions of each message: those of one role that follow the same message, in the order in which they were written. */
export class Versions {
  readonly #groups = new Map<string, Message[]>()

  constructor(messages: Message[]) {
    for (const message of messages) {
      const group = this.#groups.get(key(message))
      if (group) group.push(message)
      else this.#groups.set(key(message), [message])
    }
  }

  /** The versions of a message, itself among them; none of a message that was not there. */
  of(message: Message): Message[] {
    return this.#groups.get(key(message)) ?? []
  }
}

function key({ parentId, role }: Message): string {
  return `${role} ${parentId}`
}
