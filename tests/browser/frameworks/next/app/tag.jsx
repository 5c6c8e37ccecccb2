/** A vendor's tag, as its manual shows it. */
export const Tag = ({ name }) => (
  <script type="text/plain" data-category="analytics" dangerouslySetInnerHTML={{ __html: `(window.ran ??= []).push('${name}')` }} />
);
