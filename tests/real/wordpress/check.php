<?php
// WordPress's own functions, without its database. Lines of JSON in: {"make":KIND,"password":base64}
// or {"check":TEXT,"password":base64}. One line of JSON out for each.
$root = $argv[1] . '/usr/share/wordpress/';
define('ABSPATH', $root);
define('WPINC', 'wp-includes');
// pluggable.php defines what is not defined yet; the rest of WordPress is not needed for passwords.
function apply_filters($name, $value) { return $value; }
function add_action() {}
require $root . 'wp-includes/version.php';
require $root . 'wp-includes/class-phpass.php';
require $root . 'wp-includes/pluggable.php';

function make($kind, $password) {
    global $wp_hasher, $wp_version;
    $wp_hasher = null;
    switch ($kind) {
        case 'version': return $wp_version;
        case 'site': return wp_hash_password($password);
        case 'md5': return md5($password); // what WordPress before 2.5 stored, and still takes
    }
    return (new PasswordHash((int)$kind, true))->HashPassword($password);
}

while (($line = fgets(STDIN)) !== false) {
    $ask = json_decode($line, true);
    $password = base64_decode($ask['password']);
    if (isset($ask['make'])) {
        echo json_encode(make($ask['make'], $password)), "\n";
    } else {
        $wp_hasher = null;
        echo json_encode(wp_check_password($password, $ask['check'])), "\n";
    }
}
