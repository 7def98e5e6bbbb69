// What this browser remembers about the person in front of it.

export const LANGUAGES = { en: 'English', ja: '日本語' }
export const THEMES = ['system', 'light', 'dark'] as const

export type Language = keyof typeof LANGUAGES
export type Theme = (typeof THEMES)[number]

const LANGUAGE = 'language'
const THEME = 'theme'

export const preferences = { language: chosenLanguage(), theme: chosenTheme() }

export function setLanguage(language: Language): void {
  store(LANGUAGE, language)
  location.reload()
}

export function setTheme(theme: Theme): void {
  store(THEME, theme)
  preferences.theme = theme
  applyPreferences()
}

/** Tells the document, so that style sheets, spell checkers and screen readers know. */
export function applyPreferences(): void {
  document.documentElement.lang = preferences.language
  document.documentElement.dataset.theme = preferences.theme
}

/** Remembers a text, or forgets it. A browser that keeps nothing, in a private window say, is no error. */
export function store(key: string, value: string | null): void {
  try {
    if (value === null || value === '') localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // Then it is forgotten with the page.
  }
}

/** Forgets all texts whose keys begin so. */
export function forgetAll(prefix: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key)
  } catch {
    // Then nothing is kept.
  }
}

/** What was remembered; null if nothing. */
export function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function chosenLanguage(): Language {
  const wanted = [stored(LANGUAGE), ...navigator.languages].map((tag) => tag?.slice(0, 2))
  return wanted.find((tag): tag is Language => tag !== undefined && tag in LANGUAGES) ?? 'en'
}

function chosenTheme(): Theme {
  return THEMES.find((theme) => theme === stored(THEME)) ?? 'system'
}
