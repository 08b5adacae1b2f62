/** What a user sees when there is nowhere to send the browser back to. */
import { createHash } from 'node:crypto';

export interface ErrorPage {
  readonly title: string;
  /** What happened and what to do, in words for the user. */
  readonly text: string;
  /** For whoever made the application: the standard's error and what was wrong with the request. */
  readonly code: string;
  readonly detail: string | null;
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1b1b1f;background:#fff}main{max-width:36rem;margin:10vh auto;padding:0 1.5rem}h1{font-size:1.5rem}p.detail{color:#55555f;overflow-wrap:anywhere}@media (prefers-color-scheme:dark){body{color:#ededf2;background:#16161a}p.detail{color:#b0b0bc}}';

/** Its own style and nothing else; no frame, no script. */
export const errorPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

export function errorPage({ title, text, code, detail }: ErrorPage): string {
  const technical = detail === null ? code : `${code}: ${detail}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
<p class="detail">For the people behind the application: <code>${escaped(technical)}</code></p>
</main>
</body>
</html>
`;
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}

const goBack = 'Go back to the application and begin again.';

/** The page for an error of the standard. @param lost the browser has no authorisation under way that this belongs to */
export function pageFor(code: string, detail: string | null, lost: boolean): ErrorPage {
  if (lost) {
    return {
      title: 'This page belongs to another browser, or its time is over',
      text: `Connecting a calendar has to end in the browser in which it began, within an hour. ${goBack}`,
      code,
      detail,
    };
  }
  if (code === 'invalid_client') {
    return {
      title: 'This application is not known here',
      text: 'The address that brought you here names an application that does not exist. Tell the people behind it.',
      code,
      detail: 'client_id names no application',
    };
  }
  if (code === 'invalid_redirect_uri') {
    return {
      title: 'The application may not send you where it wants to',
      text: 'The address that you would be sent back to is not one that the application has registered. Tell the people behind it.',
      code,
      detail: 'redirect_uri is not registered: `meridian app verify` adds it',
    };
  }
  if (code === 'server_error') {
    return {
      title: 'Something went wrong here',
      text: `It is not your fault, and nothing was changed. ${goBack}`,
      code,
      detail: null,
    };
  }
  return {
    title: 'The application sent you here with a request that cannot be understood',
    text: 'Tell the people behind it; the line below says what is wrong.',
    code,
    detail,
  };
}
