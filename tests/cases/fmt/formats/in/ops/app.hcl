terraform "app" {
   inputs={
 node_pool = {min_size=1,max_size   =  3}
 # a comment
      tags = { a="b" }
  }
}
