import type { ConversationSummary } from './protocol'

/** The order of the list: pinned ones before others, the one used last first. */
export function byImportance(a: ConversationSummary, b: ConversationSummary): number {
  return Number(b.pinned) - Number(a.pinned) || Date.parse(b.updatedAt) - Date.parse(a.updatedAt)
}
