-- MySQL dump
CREATE TABLE `wp_users` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `user_login` varchar(60) NOT NULL DEFAULT '',
  `user_pass` varchar(255) NOT NULL DEFAULT '',
  `user_email` varchar(100) NOT NULL DEFAULT '',
  PRIMARY KEY (`ID`)
);
INSERT INTO `wp_users` VALUES (1,'user1','$H$7hzolmBBfczFmv6XRja7wbIKmDbE7v1','user1@example.org'),(2,'user2','$wp$2y$04$sdUE0jKZNB1KMxEnqsxt5.EPmgsPzN9.yrU2BkySV3DPGkG6WcueW','user2@example.org'),(3,'user3','$2b$05$hgBoX6k7F46.2yK6b7N7x.d48LbLODjvm8LhBNHmEIMjla6RCCV0m','user3@example.org'),(4,'user4','865c0c0b4ab0e063e5caa3387c1a8741','user4@example.org');
