import { store, stored } from './preferences'

/** The text that was being written in a conversation (null: in a new one) when the page was left. */
export function draft(conversation: string | null): string {
  return stored(key(conversation)) ?? ''
}

export function storeDraft(conversation: string | null, text: string): void {
  store(key(conversation), text)
}

function key(conversation: string | null): string {
  return `draft ${conversation ?? 'new'}`
}
