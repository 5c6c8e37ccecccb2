// Texts that look like tags, in places where browsers do not parse tags: an insertion there would make the text live and run
// it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openAround } from './around.mjs';
import { newVisitor, noticeOf } from './chromium.mjs';

const BAD = '<img src=x onerror=ran=1><script>ran=1</script>';
const START = '<!doctype html><html lang=en><head><meta charset=utf-8>', REST = '<title>Page</title></head><body><h1>Page</h1></body></html>';
const PAGES = {
  'a value in double quotes': `${START}<meta name=d content="</head><body>${BAD}">${REST}`,
  'a value in single quotes': `${START}<meta name=d content='</head><body>${BAD}'>${REST}`,
  'a value of <body>': `<!doctype html><title>Page</title><body data-next="</body>${BAD}"><h1>Page</h1></body>`,
  'a title': `${START}<title></head><body>${BAD}</title></head><body><h1>Page</h1></body></html>`,
  'a string in a script': `${START}<script>window.text = '</head><body><img src=x onerror=ran=1>'</script>${REST}`,
  'a script in a comment in a script': `${START}<script><!--<script>"</script></head><body>"--></script>${REST}`,
  'a style sheet': `${START}<style>a::after{content:"</head><body>${BAD.replace(/<.?script>/g, '')}"}</style>${REST}`,
  'a comment': `${START}<!-- </head><body>${BAD} -->${REST}`,
  'a comment that ends oddly': `${START}<!-- </head><body>${BAD} --!>${REST}`,
  'a template': `${START}<template></head><body>${BAD}</template>${REST}`,
  'a noscript': `${START}<noscript><style></head><body>${BAD}</style></noscript>${REST}`,
  'a text area': `<!doctype html><title>Page</title><h1>Page</h1><textarea></body>${BAD}</textarea>`,
  'the text of an old frame': `<!doctype html><title>Page</title><h1>Page</h1><iframe></body>${BAD}</iframe>`,
  'a CDATA section in a picture': `<!doctype html><title>Page</title><h1>Page</h1><svg><![CDATA[</body>${BAD}]]></svg>`,
};

test('text in a page stays text, and the notice is there', async (t) => {
  const names = Object.keys(PAGES);
  const { url } = await openAround(t, ({ url: path }) => names[path.slice(1)] && ['text/html; charset=utf-8', PAGES[names[path.slice(1)]]]);
  const { page } = await newVisitor(t, { expectsFaults: true });
  for (const [index, name] of names.entries()) {
    await page.goto(`${url}${index}`);
    await noticeOf(page).waitFor({ timeout: 5000 }).catch(() => assert.fail(`${name}: no notice`));
    const [ran, mode, heading] = await page.evaluate(() => [window.ran, document.compatMode, document.querySelector('h1')?.textContent]);
    assert.equal(ran, undefined, name);
    assert.equal(mode, 'CSS1Compat', name);
    assert.equal(heading, 'Page', name);
  }
});
