<?php
// Symfony's own hashers. Lines of JSON in: {"make":[KIND,ARGUMENT…],"password":base64,"salt":TEXT} or the same with
// "check":TEXT. One line of JSON out for each.
$root = $argv[1] . '/usr/share/php/Symfony/Component/PasswordHasher/';
spl_autoload_register(function ($name) use ($root) {
    require $root . str_replace('\\', '/', substr($name, strlen('Symfony\\Component\\PasswordHasher\\'))) . '.php';
});
while (($line = fgets(STDIN)) !== false) {
    $ask = json_decode($line, true);
    $class = 'Symfony\\Component\\PasswordHasher\\Hasher\\' . array_shift($ask['make']) . 'PasswordHasher';
    $hasher = new $class(...$ask['make']);
    $password = base64_decode($ask['password']);
    $salt = isset($ask['salt']) ? [$ask['salt']] : [];
    $answer = isset($ask['check'])
        ? $hasher->verify($ask['check'], $password, ...$salt)
        : $hasher->hash($password, ...$salt);
    echo json_encode($answer), "\n";
}
