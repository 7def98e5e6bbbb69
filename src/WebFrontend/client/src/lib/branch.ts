import type { Message } from './protocol'

/** The messages from the first to the selected one: one branch of the tree. */
export function branch(messages: Message[], selected: string | null): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const path: Message[] = []
  for (let id = selected; id !== null; ) {
    const message = byId.get(id)
    if (!message) break
    path.unshift(message)
    id = message.parentId
  }
  return path
}

/** The versions of a message, itself among them: those that follow the same message, in the order in which they were written. */
export function versions(messages: Message[], message: Message): Message[] {
  return messages.filter((other) => other.parentId === message.parentId && other.role === message.role)
}
