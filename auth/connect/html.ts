/** HTML without a script: what is put into it is escaped, unless it is HTML already. */
import { createHash } from 'node:crypto';

/** Text that is HTML: made by `html` alone. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | false | readonly Part[];

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((text, index) => text + (index < parts.length ? shown(parts[index] ?? null) : '')).join(''),
  );
}

function shown(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(shown).join('');
  return String(part).replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}

const style = `
:root{color-scheme:light dark;--text:#1b1b1f;--soft:#4c4c57;--ground:#fff;--line:#767684;--act:#0b57d0;--on-act:#fff;--wrong:#b3261e;--note:#f1f1f6}
@media (prefers-color-scheme:dark){:root{--text:#ededf2;--soft:#bcbcc8;--ground:#16161a;--line:#8d8d9b;--act:#a8c7fa;--on-act:#062e6f;--wrong:#ffb4ab;--note:#24242b}}
*{box-sizing:border-box}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:var(--text);background:var(--ground)}
main{max-width:36rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.125rem;margin:1.5rem 0 .5rem}
ul{margin:.5rem 0;padding-left:1.25rem}
p.soft,.hint{color:var(--soft)}
.hint{margin:.125rem 0 .25rem;font-size:.9375rem}
.note{background:var(--note);padding:.75rem 1rem;border-radius:.5rem}
.wrong{border-left:.25rem solid var(--wrong);padding:.5rem 1rem;background:var(--note)}
.wrong h2{margin-top:0}
.field-wrong{color:var(--wrong);margin:.125rem 0 .25rem}
label{display:block;font-weight:600;margin-top:1rem}
input{font:inherit;width:100%;padding:.625rem .75rem;border:1px solid var(--line);border-radius:.5rem;color:inherit;background:transparent}
input[aria-invalid=true]{border-color:var(--wrong);border-width:2px}
button,a.button{font:inherit;font-weight:600;display:inline-block;padding:.625rem 1.25rem;border-radius:.5rem;border:1px solid var(--act);cursor:pointer;text-decoration:none}
button.act{background:var(--act);color:var(--on-act)}
button.quiet,a.button{background:transparent;color:var(--act)}
.choices{list-style:none;padding:0}
.choices li{margin:.5rem 0}
.choices a.button{width:100%;text-align:left}
.choices span{display:block;padding:.625rem 1.25rem;border:1px dashed var(--line);border-radius:.5rem;color:var(--soft)}
.acts{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
a{color:var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
code{overflow-wrap:anywhere}
`;

/**
 * Its own style and nothing else: no script, no frame. No `form-action`: browsers hold redirects after a form to it, and an
 * application may send its user on to wherever it likes.
 */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'`;

/** A whole document; `title` is the page's heading too. */
export function page(title: string, body: Html, options: { readonly isError?: boolean } = {}): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${options.isError === true ? 'Error: ' : ''}${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}
