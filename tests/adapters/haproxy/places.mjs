// Writes a MaxMind DB of a few IPv4 addresses (https://maxmind.github.io/MaxMind-DB/): no package provides one.

const text = (of) => Buffer.concat([Buffer.from([2 << 5 | of.length]), Buffer.from(of)]);
const number = (type, size, value) => {
  const bytes = Buffer.alloc(1 + size, 0);
  bytes[0] = type << 5 | size;
  bytes.writeUIntBE(value, 1, size);
  return bytes;
};
const map = (entries) =>
  Buffer.concat([Buffer.from([7 << 5 | entries.length]), ...entries.flatMap(([key, value]) => [text(key), value])]);
const list = (items) => Buffer.concat([Buffer.from([items.length, 4]), ...items]);

const record_of = (place) => {
  const [country, region] = place.split('-');
  const entries = [['country', map([['iso_code', text(country)]])]];
  if (region) entries.push(['subdivisions', list([map([['iso_code', text(region)]])])]);
  return map(entries);
};

const bits_of = (address) =>
  address.split('.').flatMap((part) => Array.from({ length: 8 }, (_, i) => Number(part) >> (7 - i) & 1));

/** The file's bytes. `places`: `US-TX` by address. */
export function geo_database(places) {
  const nodes = [[null, null]];
  const data = [];
  let size = 0;
  for (const [address, place] of Object.entries(places)) {
    let at = 0;
    const bits = bits_of(address);
    for (const bit of bits.slice(0, -1)) {
      nodes[at][bit] ??= nodes.push([null, null]) - 1;
      at = nodes[at][bit];
    }
    nodes[at][bits.at(-1)] = { offset: size };
    data.push(record_of(place));
    size += data.at(-1).length;
  }
  const value_of = (side) => {
    if (side === null) return nodes.length;
    return typeof side === 'number' ? side : nodes.length + 16 + side.offset;
  };
  const tree = Buffer.concat(nodes.flat().map((side) => {
    const bytes = Buffer.alloc(3);
    bytes.writeUIntBE(value_of(side), 0, 3);
    return bytes;
  }));
  const metadata = map([
    ['binary_format_major_version', number(5, 2, 2)], ['binary_format_minor_version', number(5, 2, 0)],
    ['build_epoch', Buffer.from([1, 2, 1])], ['database_type', text('Test')], ['languages', list([text('en')])],
    ['description', map([])], ['ip_version', number(5, 2, 4)], ['node_count', number(6, 4, nodes.length)],
    ['record_size', number(5, 2, 24)]]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata]);
}
