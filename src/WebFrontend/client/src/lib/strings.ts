import { en } from './languages/en'
import { ja } from './languages/ja'
import { preferences, type Language } from './preferences'

/** Every word that the page says. */
export type Strings = typeof en

const catalogues: Record<Language, Strings> = { en, ja }

// Chosen once: another language begins with another load of the page, which loses nothing.
export const strings = catalogues[preferences.language]
