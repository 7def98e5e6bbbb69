import { forgetAll, store, stored } from './preferences'

const PREFIX = 'draft '

/** The text that was being written in a conversation (null: in a new one) when the page was left. */
export function draft(conversation: string | null): string {
  return stored(key(conversation)) ?? ''
}

export function storeDraft(conversation: string | null, text: string): void {
  store(key(conversation), text)
}

/** Whoever uses this browser next has no business with them. */
export function forgetDrafts(): void {
  forgetAll(PREFIX)
}

function key(conversation: string | null): string {
  return `${PREFIX}${conversation ?? 'new'}`
}
