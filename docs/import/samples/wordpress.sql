-- MySQL dump
CREATE TABLE `wp_users` (
  `ID` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `user_login` varchar(60) NOT NULL DEFAULT '',
  `user_pass` varchar(255) NOT NULL DEFAULT '',
  `user_email` varchar(100) NOT NULL DEFAULT '',
  PRIMARY KEY (`ID`)
);
INSERT INTO `wp_users` VALUES (1,'user1','$H$5qVhb5DBJjyQWWXv3mvTiWM4mVeo/F/','user1@example.org'),(2,'user2','$wp$2y$04$sdUE0jKZNB1KMxEnqsxt5.EPmgsPzN9.yrU2BkySV3DPGkG6WcueW','user2@example.org'),(3,'user3','$2y$04$gNts7EaxQZf4BucioXjr7uLAEmv1eTcnXPtasHoIuIL0maJ4j5J/G','user3@example.org'),(4,'user4','d41d8cd98f00b204e9800998ecf8427e','user4@example.org');
