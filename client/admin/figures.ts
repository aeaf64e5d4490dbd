/** How figures are written on the page. */

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

export const rate = (value: number): string => `${value >= 10 ? whole(value) : value.toFixed(1)}/s`;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const ms = (value: number): string => `${value >= 10 ? whole(value) : value.toFixed(1)} ms`;

export function bytes(value: number): string {
  if (value < 1e3) return `${whole(value)} B`;
  return value < 1e6 ? `${(value / 1e3).toFixed(0)} kB` : `${(value / 1e6).toFixed(0)} MB`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}

/** A time of day, with the day where it is another one than today. @param atMs since 1970 */
export function moment(atMs: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday
    ? time
    : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${time}`;
}
