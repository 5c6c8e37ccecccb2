<?php
// Creates the database, the first page and its author.
mysqli_query(mysqli_connect('localhost', 'root', '', '', 0, getenv('APPLICATION_FOLDER') . '/mariadb.sock'), 'CREATE DATABASE wordpress');
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('APPLICATION_URL'), PHP_URL_HOST);
function wp_new_blog_notification() {} // no mail
require getenv('APPLICATION_TREE') . '/usr/share/wordpress/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Lamps', 'admin', 'admin@wiki.example', true, '', 'correct horse');
switch_theme('twentytwentythree');
