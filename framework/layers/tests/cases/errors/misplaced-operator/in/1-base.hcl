terraform "web" {
  inputs = {
    a = [append([1])]
    b = "${unset}"
    c = concat([1], append([2]))
    d = override(append([1]))
    e = append([unset])
    f = [env.production ? unset : 1]
  }
}
