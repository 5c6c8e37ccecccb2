import { Tag } from '../tag.jsx';

export default function Page() {
  return <><h1>about</h1><Tag name="about" /></>;
}
