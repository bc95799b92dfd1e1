terraform "password" {
  source = "git::https://deploy:hunter2@git.example/x.git"
}

terraform "token" {
  source = "https://modules.example/x.zip?token=hunter2"
}

terraform "bucket-with-keys" {
  source = "s3::https://s3.amazonaws.com/b/x.zip?aws_access_key_secret=hunter2"
}

terraform "option" {
  source = "git::https://git.example/x.git"
  ref    = "--upload-pack=id"
}

terraform "command" {
  source = "git::ext::sh -c id"
}

terraform "weak-checksum" {
  source = "https://modules.example/x.tar.gz?checksum=md5:d41d8cd98f00b204e9800998ecf8427e"
}

terraform "outside" {
  source = "https://modules.example/x.tar.gz//../x"
}

terraform "calls-one" {
  source = "./modules/site"
}

kustomize "overlay" {
  source = "git::https://deploy:hunter2@git.example/x.git//overlay"
}
