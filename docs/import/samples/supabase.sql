SET statement_timeout = 0;

COPY auth.users (instance_id, id, email, encrypted_password, raw_user_meta_data, phone, banned_until, deleted_at) FROM stdin;
0	u1	u1@example.org	$2y$05$U355Sr5gARy41y0.MA8Fe.QVVVNddWPw2soMc8sG2ugphuMqscm/S	{"full_name":"Ada"}	\N	\N	\N
0	u2	u2@example.org	$fbscrypt$v=1,n=8,r=8,p=1,ss=Bw==,sk=GSaUMchFpll5jSmUDtG61XIoA5bRFLIH3PnZOjgnkHRbw7R+mr7CXTgUoZS2X9J3XusU1IpIeE9MzR1m09fcOQ==$6v0eWUXXCFg=$QO49WLnkaw6gcAs4ytagntWiiPs/x2A8MgM/eqF4TqTrYIxTkOg8qNS8jAWC+z7cm+j9RBQGiqhenOkTDazgnA==	{}	\N	\N	\N
0	u3	u3@example.org	\N	{}	\N	\N	\N
\.

