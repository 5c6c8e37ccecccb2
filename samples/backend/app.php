<?php
// A shop with a server-side tag behind `abide proxy`: the tag sends nothing until the visitor agrees.
//   php -S 127.0.0.1:8000 samples/backend/app.php   and   abide proxy --to http://127.0.0.1:8000

/** Whether the visitor allows a category. Abide-Consent is `required, analytics=?0, ...`: a key alone is true. Without the
    field nothing is allowed. */
function allows(string $category): bool {
  return in_array($category, explode(', ', $_SERVER['HTTP_ABIDE_CONSENT'] ?? ''), true);
}

if (allows('analytics'))
  file_put_contents('php://stdout', 'tag: a visit to ' . $_SERVER['REQUEST_URI'] . "\n");  // or a request to its vendor
header('Content-Type: text/html; charset=utf-8');
echo '<!doctype html><title>Shop</title><p>Hello';
