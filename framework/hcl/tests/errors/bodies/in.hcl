a = 1
a = 2
foo: 3
"x" = 2
foo bar
block { a = 1, b = 2 }
foo
block "a"
{
}
x.y = 1
block "${a}" {
}
c {
} d = 1
