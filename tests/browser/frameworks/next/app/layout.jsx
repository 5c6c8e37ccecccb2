import Link from 'next/link';
import { Counter } from './counter.jsx';

export const metadata = { title: 'Next.js' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <nav><Link href="/">home</Link> <Link href="/about">about</Link></nav>
        <main>{children}</main>
        <Counter />
      </body>
    </html>
  );
}
