/** What a key does wherever the person is on the page. */
export type KeyAction = 'create' | 'search' | 'sidebar' | 'previous' | 'next' | 'help'

interface Key {
  action: KeyAction
  shown: string[]
  pressed: (event: KeyboardEvent) => boolean
}

// None of them belongs to a browser or to an input method. By place on the keyboard, since Alt turns letters into signs.
export const keys: Key[] = [
  { action: 'create', shown: ['Alt', 'N'], pressed: (event) => alt(event) && event.code === 'KeyN' },
  { action: 'search', shown: ['Alt', 'K'], pressed: (event) => alt(event) && event.code === 'KeyK' },
  { action: 'sidebar', shown: ['Alt', 'B'], pressed: (event) => alt(event) && event.code === 'KeyB' },
  { action: 'previous', shown: ['Alt', '↑'], pressed: (event) => alt(event) && event.code === 'ArrowUp' },
  { action: 'next', shown: ['Alt', '↓'], pressed: (event) => alt(event) && event.code === 'ArrowDown' },
  { action: 'help', shown: ['Alt', '/'], pressed: (event) => alt(event) && event.code === 'Slash' },
]

/** What the key that was pressed means; undefined if nothing. */
export function actionOf(event: KeyboardEvent): KeyAction | undefined {
  return event.isComposing ? undefined : keys.find((key) => key.pressed(event))?.action
}

function alt(event: KeyboardEvent): boolean {
  return event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
}
