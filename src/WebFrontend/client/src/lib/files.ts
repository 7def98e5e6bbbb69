import { ask } from './http'
import { newId } from './ids'
import type { ConversationSummary } from './protocol'

/** Fetches a conversation as a file: all of it, or the branch that is shown as a document. */
export async function fetchConversation(id: string, form: 'jsonl' | 'markdown'): Promise<Blob> {
  return (await ask(`/conversations/${id}/export?format=${form}`)).blob()
}

/** Makes a conversation of an exported one. */
export async function putConversation(file: Blob): Promise<ConversationSummary> {
  return (await ask(`/conversations/import?operationId=${newId()}`, 'POST', file, 'application/jsonl')).json() as Promise<ConversationSummary>
}

/** Hands something to the person as a file. */
export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  // What no file system takes.
  link.download = name.replace(/[\\/:*?"<>|\x00-\x1f]/g, '_').slice(0, 80)
  link.click()
  URL.revokeObjectURL(address)
}
