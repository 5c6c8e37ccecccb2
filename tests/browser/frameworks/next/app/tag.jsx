/** A tag of a vendor, as its manual writes it. */
export const Tag = ({ name }) => (
  <script type="text/plain" data-category="analytics" dangerouslySetInnerHTML={{ __html: `(window.ran ??= []).push('${name}')` }} />
);
