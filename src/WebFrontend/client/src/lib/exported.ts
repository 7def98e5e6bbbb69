import { branch } from './branch'
import type { Conversation } from './protocol'
import { strings } from './strings'

/** The branch that is shown, as a document. */
export function toMarkdown(conversation: Conversation): string {
  const said = branch(conversation.messages, conversation.selectedMessageId)
  return [`# ${conversation.title}`, ...said.map((message) => `## ${message.role === 'user' ? strings.you : strings.assistant}\n\n${message.text.trim()}`)].join('\n\n') + '\n'
}

/** Hands a text to the person as a file. */
export function download(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  // What no file system takes.
  link.download = name.replace(/[\\/:*?"<>|\x00-\x1f]/g, '_').slice(0, 80)
  link.click()
  URL.revokeObjectURL(address)
}
