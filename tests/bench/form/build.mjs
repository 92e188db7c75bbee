// Builds the pages of the bench: `node build.mjs OUT`, with the packages of `package.json` in NODE_PATH.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

import { plain } from "./peers/plain.mjs";

const here = import.meta.dirname;
const [, , out] = process.argv;
const packages = process.env.NODE_PATH;
const { build } = createRequire(join(packages, "/"))("esbuild");

// `scripts` and `styles` are what the package itself ships for pages
const peers = [
  { name: "plain", markup: plain },
  { name: "preact", entry: "preact.jsx" },
  { name: "react-hook-form", entry: "react.jsx" },
  { name: "formkit-vue", entry: "formkit.mjs", bundledStyles: true },
  {
    name: "surveyjs",
    entry: "surveyjs.mjs",
    scripts: ["survey-core/survey.core.min.js", "survey-js-ui/survey-js-ui.min.js"],
    styles: ["survey-core/survey-core.min.css"],
  },
  {
    name: "formio",
    entry: "formio.mjs",
    scripts: ["@formio/js/dist/formio.form.min.js"],
    styles: ["@formio/js/dist/formio.form.min.css"],
  },
];

const page = ({ name, markup, entry, scripts = [], styles = [], bundledStyles }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}</title>
<link rel="icon" href="data:,">
${[...styles.map((file) => basename(file)), ...(bundledStyles ? ["form.css"] : [])].map((file) => `<link rel="stylesheet" href="${file}">`).join("\n")}
</head>
<body>
<h1>Contact us</h1>
${markup ?? '<div id="form"></div>'}
${scripts.map((file) => `<script src="${basename(file)}"></script>`).join("\n")}
${entry ? '<script type="module" src="form.js"></script>' : ""}
</body>
</html>
`;

for (const peer of peers) {
  const folder = join(out, peer.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.html"), page(peer));
  for (const file of [...(peer.scripts ?? []), ...(peer.styles ?? [])]) {
    copyFileSync(join(packages, file), join(folder, basename(file)));
  }
  if (!peer.entry) continue;
  await build({
    entryPoints: [join(here, "peers", peer.entry)],
    outfile: join(folder, "form.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    legalComments: "none",
    loader: { ".svg": "dataurl" },
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    nodePaths: [packages],
    logLevel: "error",
  });
}
