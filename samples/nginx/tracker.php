<?php
// What plugins of counters and advertisers do on every page: the server sets one cookie for each.
if (!headers_sent()) {
    setcookie('_ga', 'GA1.1.' . random_int(1, 999999999) . '.' . time(), time() + 63072000, '/');
    setcookie('_fbp', 'fb.0.' . time() . '000.' . random_int(1, 999999999), time() + 7776000, '/');
}
