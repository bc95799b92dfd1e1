module "inner" {
  source = "git::ssh://git@git.example/x.git?sshkey=hunter2"
}
