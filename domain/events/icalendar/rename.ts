/** A text of one event as the beginning of another: what nobody here knows of it goes along. */
import { eachLine } from './components.ts';
import { markerProperty } from './event.ts';
import { escapeText, fold, parseProperty, textOf } from './property.ts';

/** No line of a text that was stored is longer. */
const longestLine = 16 * 1024 * 1024;

/**
 * The text with another uid in place of one. The marker of a managed event stays behind, because it is bound to its uid (semantics
 * C1).
 */
export function withUid(text: string, from: string, to: string): string {
  let renamed = '';
  eachLine(text, longestLine, (line) => {
    if (line === null) return;
    const property = /^(?:UID|X-MERIDIAN-REF)[;:]/i.test(line) ? parseProperty(line) : null;
    if (property?.name === markerProperty) return;
    const named = property?.name === 'UID' && textOf(property).trim() === from;
    renamed += fold(named ? `UID:${escapeText(to)}` : line);
  });
  return renamed;
}
