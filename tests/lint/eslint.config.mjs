// ESLint: the browser files, and all JavaScript for node.
import js from '@eslint/js';
import globals from 'globals';

const browser = ['wasm/**/*.mjs', 'wasm/**/*.js', 'samples/**/*.js', 'tests/compare/**/*.js'];
// Tests pass functions to a browser's page, where they use the page's globals.
const page = { ...globals.browser, abide: 'readonly', axe: 'readonly' };

export default [
  { ignores: ['tests/compare/tools/'] }, // settings of other tools, copied from their manuals
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { ecmaVersion: 2024, globals: { ...globals.node, ...page } },
    rules: {
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: true }],
      'no-var': 'error',
      'no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_$', destructuredArrayIgnorePattern: '^_$' }],
      'prefer-const': 'error',
    },
  },
  { files: browser, languageOptions: { globals: page } },
  { files: ['wasm/**/*.js', 'samples/**/*.js'], languageOptions: { sourceType: 'script' } },
];
