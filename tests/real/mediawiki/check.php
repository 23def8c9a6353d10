<?php
// MediaWiki's own Password classes and default settings, without a wiki. Lines of JSON in:
// {"make":TYPE,"password":base64}, {"layer":TEXT,"make":TYPE} or {"check":TEXT,"password":base64}.
$root = $argv[1] . '/usr/share/mediawiki/';
define('MEDIAWIKI', true);
$classes = [];
foreach (glob($root . 'includes/password/*.php') as $file) {
    $classes[basename($file, '.php')] = $file;
}
spl_autoload_register(function ($name) use ($classes, $root) {
    if (isset($classes[$name])) {
        require $classes[$name];
    }
});
class MWException extends Exception {}
class MWCryptRand { static function generateHex($length) { return bin2hex(random_bytes((int)($length / 2))); } }

// The wiki's own defaults, from its table of settings.
$config = (require $root . 'includes/config-schema.php')['config-schema-inverse']['default']['PasswordConfig'] ?? null;
if (!$config) {
    fwrite(STDERR, "no PasswordConfig in config-schema.php\n");
    exit(1);
}
$config['argon2id'] = ['class' => 'Argon2Password', 'algo' => 'argon2id', 'memory_cost' => 256, 'time_cost' => 2, 'threads' => 1];
$factory = new PasswordFactory($config, 'pbkdf2');

while (($line = fgets(STDIN)) !== false) {
    $ask = json_decode($line, true);
    if (isset($ask['layer'])) { // what maintenance/wrapOldPasswords.php does
        $layered = $factory->newFromType($ask['make']);
        $layered->partialCrypt($factory->newFromCiphertext($ask['layer']));
        $answer = $layered->toString();
    } elseif (isset($ask['make'])) {
        $made = $factory->newFromType($ask['make']);
        $made->crypt(base64_decode($ask['password']));
        $answer = $made->toString();
    } else {
        $answer = $factory->newFromCiphertext($ask['check'])->verify(base64_decode($ask['password']));
    }
    echo json_encode($answer), "\n";
}
