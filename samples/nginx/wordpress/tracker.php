<?php
// Plugin Name: Counts visitors as many do
add_action('init', function () { include getenv('TRACKER'); });
add_action('wp_enqueue_scripts', function () { wp_enqueue_script('tracker', '/tracker.js', [], null); });
