export interface FrontPageLink {
  readonly href: string;
  /** In HTML. */
  readonly what: string;
}

/** What a person sees who opens a gateway's address in a browser; `links` are what that gateway has to show. */
export function frontPage(links: readonly FrontPageLink[]): string {
  const rows = links.map(({ href, what }) => `  <dt><a href="${href}">${href}</a></dt><dd>${what}</dd>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ledger</title>
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
  body { font: 16px/1.55 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem; }
  h1 { font-size: 2rem; margin: 0 0 .25rem; }
  h2 { font-size: 1.05rem; margin: 2.25rem 0 .5rem; }
  p.lead { font-size: 1.1rem; margin-top: 0; opacity: .8; }
  pre { border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; overflow-x: auto; font-size: .85rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0; }
  dd { margin: 0; opacity: .8; }
</style>
<h1>Ledger</h1>
<p class="lead">Balances with an explanation: no overdraft, every transaction exactly once, and the balance as of any date.</p>

<h2>Look around</h2>
<dl>
${rows.join('\n')}
</dl>

<h2>Try it</h2>
<pre><code id="try">curl -X PUT  ORIGIN/v1/accounts/alice -H 'Content-Type: application/json' \\
     -d '{"name":"Alice","currency":"EUR"}'
curl -X PUT  ORIGIN/v1/accounts/alice/transactions/t-1 -H 'Content-Type: application/json' \\
     -d '{"type":"deposit","amount":"100.00"}'
curl ORIGIN/v1/accounts/alice/balance</code></pre>
<p>Repeat any of these: the answer stays the same, and nothing happens twice.</p>
<script>
  const example = document.getElementById('try');
  example.textContent = example.textContent.replaceAll('ORIGIN', location.origin);
</script>
</html>
`;
}
