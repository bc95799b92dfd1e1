terraform "eks {
  a = [db"]
  b = f("x, 1)
  c = { d = "e }
  g = ""h"
  i = "${j}-k""
}
l = 
