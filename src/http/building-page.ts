// PURE. What a browser sees while the pages are being built: no script, no style, asks again by itself.

export function buildingPage(title: string, againSeconds: number): string {
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${againSeconds}">
<title>${title}</title>
</head>
<body>
<main>
<h1>${title}</h1>
<p>Les pages sont en construction ; cela prend quelques secondes. Cette page se recharge toute seule.</p>
<progress aria-label="Construction des pages"></progress>
<p lang="en">The pages are being built; this takes some seconds. This page reloads by itself.</p>
</main>
</body>
</html>
`;
}
