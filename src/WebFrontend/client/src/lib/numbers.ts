import { preferences } from './preferences'

/** 12,345 */
export const whole = new Intl.NumberFormat(preferences.language, { maximumFractionDigits: 0 })

/** 1.23 */
export const short = new Intl.NumberFormat(preferences.language, { maximumSignificantDigits: 3 })

/** 38 % */
export const percent = new Intl.NumberFormat(preferences.language, { style: 'percent', maximumFractionDigits: 0 })

const milliseconds = time('millisecond')
const seconds = time('second')

/** 8.5 ms, 1.2 sec */
export function duration(inSeconds: number): string {
  return inSeconds < 0.1 ? milliseconds.format(inSeconds * 1000) : seconds.format(inSeconds)
}

function time(unit: string): Intl.NumberFormat {
  return new Intl.NumberFormat(preferences.language, { style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 2 })
}
