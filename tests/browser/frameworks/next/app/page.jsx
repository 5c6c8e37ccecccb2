import { Tag } from './tag.jsx';

export default function Page() {
  return <><h1>home</h1><Tag name="home" /></>;
}
