<?php
// A separate WordPress for each folder that samples/nginx/run uses.
$folder = getenv('APPLICATION_FOLDER');
$url = getenv('APPLICATION_URL');
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', "localhost:$folder/mariadb.sock");
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', $url);
define('WP_SITEURL', $url);
define('WP_CONTENT_DIR', "$folder/wp-content");
define('WP_AUTO_UPDATE_CORE', false);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $key) {
    define($key, hash('sha256', "$key of the sample in $folder"));
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
