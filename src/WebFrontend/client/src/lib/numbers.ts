import { preferences } from './preferences'

/** 12,345 */
export const whole = new Intl.NumberFormat(preferences.language, { maximumFractionDigits: 0 })

/** 1.23 */
export const short = new Intl.NumberFormat(preferences.language, { maximumSignificantDigits: 3 })

/** 38 % */
export const percent = new Intl.NumberFormat(preferences.language, { style: 'percent', maximumFractionDigits: 0 })
